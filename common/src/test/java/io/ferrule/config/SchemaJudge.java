package io.ferrule.config;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.DialectId;
import java.util.List;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Judges YAML as an editor does that knows a program's schema: as YAML 1.2 with its core schema. */
final class SchemaJudge {
    private static final JsonMapper JSON = new JsonMapper();

    private final Schema schema;

    private SchemaJudge(Schema schema) {
        this.schema = schema;
    }

    static SchemaJudge of(Role role) {
        return new SchemaJudge(registry().getSchema(ConfigSchema.text(role)));
    }

    /** What is wrong with a text that should be a schema itself. */
    static List<String> problemsOfSchema(String json) {
        Schema meta = registry().getSchema(SchemaLocation.of(DialectId.DRAFT_2020_12));
        return texts(meta.validate(JSON.readTree(json)));
    }

    /** What is wrong with a config. */
    List<String> problems(String yaml) {
        LoadSettings settings =
                LoadSettings.builder().setSchema(new CoreSchema()).build();
        JsonNode document = JSON.valueToTree(new Load(settings).loadFromString(yaml));
        return texts(schema.validate(document));
    }

    private static SchemaRegistry registry() {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    }

    private static List<String> texts(List<Error> errors) {
        return errors.stream().map(Error::toString).toList();
    }
}
