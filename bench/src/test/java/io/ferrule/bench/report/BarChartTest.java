package io.ferrule.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ferrule.bench.report.BarChart.Bar;
import io.ferrule.bench.report.BarChart.Group;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class BarChartTest {
    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static String chart(double mark, Bar... bars) {
        return new BarChart("a < b & c", "less", List.of(new Group("P & 1", List.of(bars))), mark, 2).svg();
    }

    @Test
    void chartIsWellFormedWhateverItsWordsAre() throws Exception {
        Document svg = parsed(chart(1, new Bar("<peer>", new Spread(0.5, 0.4, 0.6), 0)));
        assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("a < b & c");
    }

    @Test
    void barIsAsLongAsItsMedian() throws Exception {
        var bars = parsed(chart(0, new Bar("a", new Spread(1, 1, 1), 0), new Bar("b", new Spread(2, 2, 4), 1)))
                .getElementsByTagName("rect");
        double first = Double.parseDouble(((Element) bars.item(0)).getAttribute("width"));
        double second = Double.parseDouble(((Element) bars.item(1)).getAttribute("width"));
        assertThat(second).isCloseTo(2 * first, within(0.2));
    }

    @Test
    void chartIsReadableOnDarkGround() {
        assertThat(chart(1, new Bar("a", new Spread(1, 1, 1), 0))).contains("prefers-color-scheme: dark");
    }
}
