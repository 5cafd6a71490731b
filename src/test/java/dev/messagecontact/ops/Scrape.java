package dev.messagecontact.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a worker tells Prometheus at one moment. */
public record Scrape(String text) {

    private static final Pattern SERIES = Pattern.compile("([a-z_0-9]+)(\\{.*})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

    /** What this worker tells now. */
    public static Scrape of(WorkerMetrics metrics) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            metrics.scrape(out, "text/plain; version=0.0.4; charset=utf-8");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Scrape(out.toString(UTF_8));
    }

    /** Each series with its labels, without its value. */
    Set<String> series() {
        Set<String> series = new TreeSet<>();
        lines().forEach(line -> series.add(line.substring(0, line.lastIndexOf(' '))));
        return series;
    }

    /** The sum of all series of this name whose labels hold all of these texts. */
    public double sum(String name, String... labels) {
        double sum = 0;
        for (String line : lines()) {
            Matcher matcher = SERIES.matcher(line);
            if (matcher.matches()
                    && matcher.group(1).equals(name)
                    && Set.of(labels).stream().allMatch(line::contains)) {
                sum += Double.parseDouble(matcher.group(3));
            }
        }
        return sum;
    }

    boolean has(String series) {
        return series().contains(series);
    }

    /** Each metric's type and labels, as {@code counter cause,kind}. */
    Map<String, String> described() {
        Map<String, String> described = new TreeMap<>();
        text.lines().filter(line -> line.startsWith("# TYPE ")).forEach(line -> {
            String[] words = line.split(" ", -1);
            described.put(words[2], words[3] + " " + String.join(",", labelsOf(words[2], words[3])));
        });
        return described;
    }

    private Set<String> labelsOf(String name, String type) {
        Set<String> names = type.equals("histogram") || type.equals("summary")
                ? Set.of(name + "_bucket", name + "_count", name + "_sum")
                : Set.of(name);
        Set<String> labels = new TreeSet<>();
        for (String line : lines()) {
            Matcher matcher = SERIES.matcher(line);
            if (matcher.matches() && names.contains(matcher.group(1)) && matcher.group(2) != null) {
                LABEL.matcher(matcher.group(2)).results().forEach(label -> labels.add(label.group(1)));
            }
        }
        labels.remove("le");
        return labels;
    }

    private List<String> lines() {
        return text.lines().filter(line -> !line.startsWith("#")).toList();
    }
}
