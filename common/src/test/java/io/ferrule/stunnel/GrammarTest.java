package io.ferrule.stunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines, sections and included files are cut as stunnel cuts them. */
class GrammarTest {
    @TempDir
    private Path dir;

    @Test
    void byteOrderMarkIsTold() {
        assertThat(Reading.client().lines()).contains("5[ui]: UTF-8 byte order mark not detected");
        assertThat(Reading.of("\uFEFF[s]\nclient=yes\naccept=1\nconnect=2\n").lines())
                .contains("5[ui]: UTF-8 byte order mark detected", "5[ui]: Configuration successful");
    }

    @Test
    void emptyFileHasNoByteOrderMarkToTellOf() {
        assertThat(Reading.of("").lines()).noneMatch(line -> line.contains("byte order mark"));
    }

    @Test
    void carriageReturnsVanishWhereverTheyStand() {
        assertThat(Reading.of("[s]\r\nclient = y\res\r\naccept = 1\r\nconnect = 2\r\n")
                        .service()
                        .client())
                .isTrue();
    }

    @Test
    void zeroByteHidesTheRestOfItsLine() {
        assertThat(Reading.of("debug = 4\nbo\0gus = 1\n").error()).hasMessage("t.conf:2: \"bo\": No '=' found");
    }

    @Test
    void longLineGoesOnAsTheNext() {
        assertThat(Reading.of("; " + "x".repeat(20_000) + "\n").error().line())
                .startsWith("t.conf:2: \"xxx")
                .hasSize(1024);
    }

    @Test
    void lineWithoutEndIsALine() {
        assertThat(Reading.of("debug = 9").error()).hasMessage("t.conf:1: \"debug = 9\": Illegal debug level");
    }

    @Test
    void blanksAroundNamesAndValuesDoNotCount() {
        StunnelService service = Reading.client(" \t TIMEOUTbusy\t=\f 7 \t").service();
        assertThat(service.waits().busy()).hasSeconds(7);
    }

    @Test
    void commentsAreWholeLinesOnly() {
        assertThat(Reading.of("# a\n ; b\ndebug = 5 ; c\n").error())
                .hasMessage("t.conf:3: \"debug = 5 ; c\": Illegal debug level");
    }

    @Test
    void valueKeepsItsEqualsSigns() {
        assertThat(Reading.client("protocolHeader = a=b==")
                        .service()
                        .negotiation()
                        .headers())
                .containsExactly("a=b==");
    }

    @Test
    void errorShowsTheLineAsItStands() {
        assertThat(Reading.of("\n  bogus =  1 \n").error())
                .hasMessage("t.conf:2: \"  bogus =  1 \": Specified option name is not valid here");
    }

    @Test
    void sectionNameIsEverythingBetweenTheBrackets() {
        assertThat(Reading.of("[ a [b] ]\nclient=yes\naccept=1\nconnect=2\n")
                        .service()
                        .name())
                .isEqualTo(" a [b] ");
        assertThat(Reading.of("[]\nclient=yes\naccept=1\nconnect=2\n").service().name())
                .isEmpty();
    }

    @Test
    void sectionWithACommentBehindItIsNone() {
        assertThat(Reading.of("[s] ; x\n").error().line()).isEqualTo("t.conf:1: \"[s] ; x\": No '=' found");
    }

    @Test
    void optionNamesKnowNoCaseButGlobalOnesKnowTheirPlace() {
        assertThat(Reading.client("CLIENT = YES").service().client()).isTrue();
        StunnelException late = Reading.client("foreground = yes").error();
        assertThat(late).hasMessage("t.conf:5: \"foreground = yes\": Specified option name is not valid here");
        assertThat(late.remedy()).isEqualTo("foreground has to stand before the first [section]");
    }

    @Test
    void misspelledOptionIsGuessed() {
        assertThat(Reading.client("verifychian = yes").error().remedy()).isEqualTo("did you mean verifyChain?");
    }

    @Test
    void lastOfSeveralValuesWins() {
        assertThat(Reading.client("TIMEOUTidle = 1", "TIMEOUTidle = 2")
                        .service()
                        .waits()
                        .idle())
                .hasSeconds(2);
    }

    @Test
    void defaultsAreAddedToAndReplaced() {
        StunnelConfig config = Reading.of(
                        """
                        client = yes
                        accept = 1
                        TIMEOUTclose = 9
                        [a]
                        accept = 2
                        connect = 3
                        [b]
                        connect = 4
                        TIMEOUTclose = 0
                        """)
                .config();
        StunnelService a = config.services().get(0);
        StunnelService b = config.services().get(1);
        assertThat(a.endpoints().accept()).extracting(StunnelAddress::text).containsExactly("1", "2");
        assertThat(b.endpoints().accept()).extracting(StunnelAddress::text).containsExactly("1");
        assertThat(a.waits().close()).hasSeconds(9);
        assertThat(b.waits().close()).isZero();
    }

    @Test
    void includedFilesAreReadInOrderOfTheirNames() {
        Reading.write(dir.resolve("d/20-b"), "[b]\nclient=yes\naccept=1\nconnect=2\n");
        Reading.write(dir.resolve("d/10-a.conf~"), "[a]\nclient=yes\naccept=1\nconnect=2\n");
        Reading.write(dir.resolve("d/sub/ignored"), "bogus\n");
        Path main = Reading.write(dir.resolve("main.conf"), "INCLUDE = " + dir.resolve("d") + "\n");
        Reading reading = Reading.file(main);
        assertThat(reading.config().services()).extracting(StunnelService::name).containsExactly("a", "b");
        assertThat(reading.lines()).contains("7[ui]: \"" + dir.resolve("d") + "/sub\" is not a file");
    }

    @Test
    void sectionOfAnIncludedFileStaysOpen() {
        Reading.write(dir.resolve("d/a"), "[a]\nclient=yes\naccept=1\n");
        Path main = Reading.write(
                dir.resolve("main.conf"), "include = " + dir.resolve("d") + "\nconnect = 2\nforeground = yes\n");
        assertThat(Reading.file(main).error())
                .hasMessage(main + ":3: \"foreground = yes\": Specified option name is not valid here");
    }

    @Test
    void errorOfAnIncludedFileIsToldWithTheLineThatIncludesIt() {
        Reading.write(dir.resolve("d/a"), "\nbogus\n");
        String include = "include = " + dir.resolve("d");
        Path main = Reading.write(dir.resolve("main.conf"), "debug = 5\n" + include + "\n");
        Reading reading = Reading.file(main);
        assertThat(reading.error()).hasMessage(dir.resolve("d/a") + ":2: \"bogus\": No '=' found");
        assertThat(reading.errors())
                .containsExactly(
                        dir.resolve("d/a") + ":2: \"bogus\": No '=' found",
                        main + ":2: \"" + include + "\": Failed to include a file",
                        "Configuration failed");
    }

    @Test
    void directoryThatIncludesItselfHasAnEnd() {
        Path d = dir.resolve("d");
        Reading.write(d.resolve("a"), "include = " + d + "\n");
        assertThat(Reading.file(Reading.write(dir.resolve("main.conf"), "include = " + d + "\n"))
                        .error())
                .hasMessage(d + "/a:1: \"include = " + d + "\": Failed to include directory");
    }

    @Test
    void missingFileIsToldByItsName() {
        Reading reading = Reading.file(dir.resolve("none.conf"));
        assertThat(reading.lines())
                .containsExactly(
                        "3[ui]: Invalid configuration file name \"" + dir.resolve("none.conf") + "\"",
                        "3[ui]: realpath: No such file or directory (2)");
    }

    @Test
    void descriptorThatIsNoneIsToldWithTheSyntax() {
        assertThat(Reading.descriptor("x").lines())
                .startsWith(
                        "6[ui]: Initializing inetd mode configuration",
                        "5[ui]: Reading configuration from descriptor x",
                        "3[ui]: Invalid file descriptor number",
                        "5[ui]:  ",
                        "5[ui]: Syntax:")
                .endsWith("3[ui]: Configuration failed", "7[ui]: Deallocating temporary section defaults");
        assertThat(Reading.descriptor("99999").error()).hasMessage("Cannot open configuration file");
    }

    @Test
    void endlessFileIsNotReadToItsEnd() {
        assertThat(Reading.file(Path.of("/dev/zero")).error()).hasMessage("Cannot open configuration file");
    }

    @Test
    void oldEncodingIsReadByteByByte() throws Exception {
        Path file = dir.resolve("latin1.conf");
        Files.write(file, "; für\nbögus\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(Reading.file(file).error()).hasMessage(file + ":2: \"bögus\": No '=' found");
    }
}
