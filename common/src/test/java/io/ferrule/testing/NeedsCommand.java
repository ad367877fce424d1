package io.ferrule.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** The test runs where one of these commands is installed; see {@link LeftOut} for what happens elsewhere. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsCommandCondition.class)
public @interface NeedsCommand {
    /** Names of one program; the first one found is taken. */
    String[] value();
}
