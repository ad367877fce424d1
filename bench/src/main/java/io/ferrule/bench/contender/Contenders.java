package io.ferrule.bench.contender;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All contenders of this machine: those whose program is installed. */
public final class Contenders {
    public static final String FERRULE = "ferrule";
    /** Whose second instance is the noise bar. */
    public static final String TWICE = "haproxy";

    public static final String AGAIN = "haproxy again";

    private static final Path NGINX_STREAM = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");
    private static final int LARGE_BUFFER_BYTES = 65_536;

    private Contenders() {}

    /**
     * Ferrule first, the second HAProxy last.
     *
     * @param variants further rows of Ferrule: {@code NAME,key=value,…} with the keys java, server and client (jars), jvm and
     *     flags (words with blanks between)
     */
    public static List<Contender> installed(List<String> variants) {
        List<Contender> all = new ArrayList<>();
        all.add(variant(FERRULE));
        variants.forEach(v -> all.add(variant(v)));
        Programs.find("stunnel4", "stunnel").ifPresent(p -> all.add(new Stunnel("stunnel", p)));
        Optional<String> haproxy = Programs.find("haproxy");
        haproxy.ifPresent(p -> all.add(new Haproxy(TWICE, p, 0)));
        haproxy.ifPresent(p -> all.add(new Haproxy("haproxy 64k", p, LARGE_BUFFER_BYTES)));
        Programs.find("nginx")
                .filter(p -> Files.exists(NGINX_STREAM))
                .ifPresent(p -> all.add(new Nginx("nginx", p, NGINX_STREAM)));
        Programs.find("hitch").ifPresent(p -> all.add(new Hitch("hitch", p)));
        haproxy.ifPresent(p -> all.add(new Haproxy(AGAIN, p, 0)));
        return List.copyOf(all);
    }

    static Contender variant(String spec) {
        String[] parts = spec.split(",", -1);
        Map<String, String> values = new HashMap<>();
        for (String part : Arrays.asList(parts).subList(1, parts.length)) {
            String[] pair = part.split("=", 2);
            if (pair.length < 2
                    || !List.of("java", "server", "client", "jvm", "flags").contains(pair[0])) {
                throw new IllegalArgumentException(
                        "variant " + spec + ": \"" + part + "\" is not java=, server=, client=, jvm= or flags=");
            }
            values.put(pair[0], pair[1]);
        }
        return new Ferrule(
                parts[0],
                values.getOrDefault(
                        "java",
                        Path.of(System.getProperty("java.home"), "bin/java").toString()),
                Path.of(values.getOrDefault("server", "proxy-server/target/proxy-server.jar")),
                Path.of(values.getOrDefault("client", "proxy-client/target/proxy-client.jar")),
                words(values.get("jvm")),
                words(values.get("flags")));
    }

    private static List<String> words(@Nullable String text) {
        return text == null || text.isBlank() ? List.of() : List.of(text.strip().split(" +", -1));
    }
}
