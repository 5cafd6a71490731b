package dev.messagecontact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher `./contacts`, in a checkout of its own with a program of two classes, on a real Java. Maven's place takes a
 * script that writes the jar as Maven does: over the one that is there.
 */
@EnabledOnOs(OS.LINUX)
class LauncherTest {

    private static final String PROGRAM = """
            package dev.messagecontact;

            public class Contacts {
                public static void main(String[] arguments) throws Exception {
                    System.out.println("VERSION started");
                    if (arguments[0].equals("exists")) {
                        System.out.println(new java.io.File(arguments[1]).exists());
                    } else if (arguments[0].equals("wait")) {
                        System.in.read();
                        new Late().speak(); // its class is only loaded now
                    }
                }
            }

            class Late {
                void speak() {
                    System.out.println("VERSION ended");
                }
            }
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    private Path folder;

    private Path checkout = Path.of(".");

    @BeforeEach
    void checkOut() throws IOException {
        checkout = Files.createDirectories(folder.resolve("a-workshop check-out"));
        Files.copy(Path.of("contacts"), checkout.resolve("contacts"));
        Files.createDirectories(checkout.resolve("src/main"));
        Files.createDirectories(checkout.resolve("src/workshop"));
        Files.writeString(checkout.resolve("pom.xml"), "");
        script("mvn", """
                #!/bin/sh
                echo built >>builds
                while [ -e slowly ]; do sleep 0.1; done
                mkdir -p target/lib
                cat "$PROGRAM" >target/message-contact-worker-1.jar
                [ -e target/lib/x.jar ] || cat "$PROGRAM" >target/lib/x.jar
                """);
        program("first");
    }

    @Test
    void it_builds_on_first_use_and_again_when_the_sources_have_changed() throws Exception {
        assertEquals("first started\n", run(Map.of(), "settings"));
        assertEquals("first started\n", run(Map.of(), "settings"));
        assertEquals(1, builds());
        change("second");
        assertEquals("second started\n", run(Map.of(), "settings"));
        assertEquals(2, builds());
    }

    @Test
    void what_runs_keeps_its_classes_while_others_build() throws Exception {
        // given
        Process running = start(Map.of(), "wait");
        BufferedReader out = running.inputReader(UTF_8);
        assertEquals("first started", out.readLine());
        // when: often enough for an old build to be removed
        for (String version : List.of("second", "third", "fourth")) {
            change(version);
            assertEquals(version + " started\n", run(Map.of(), "settings"));
        }
        assertEquals(3, releases());
        running.getOutputStream().write('\n');
        running.getOutputStream().flush();
        // then
        assertEquals("first ended", out.readLine());
        assertEquals(0, running.waitFor());
        change("fifth");
        run(Map.of(), "settings");
        assertEquals(2, releases());
    }

    @Test
    void what_was_just_built_stays_after_the_clock_went_back() throws Exception {
        for (String version : List.of("first", "second")) { // while it was ahead
            program(version);
            run(Map.of(), "settings");
            Path release = releaseOfNow();
            Files.move(release, release.resolveSibling("2999" + release.getFileName()));
            Path stamp = checkout.resolve("target/contacts.built");
            Files.writeString(stamp, Files.readString(stamp).replace("releases/", "releases/2999"));
            change("next");
        }
        change("third");
        assertEquals("third started\n", run(Map.of(), "settings"));
        assertEquals("third started\n", run(Map.of(), "settings"));
    }

    @Test
    void of_two_that_would_build_at_once_one_waits_and_finds_all_built() throws Exception {
        Files.createFile(checkout.resolve("slowly"));
        Process one = start(Map.of(), "settings");
        Process other = start(Map.of(), "settings");
        try (BufferedReader err = other.errorReader(UTF_8);
                BufferedReader errOfOne = one.errorReader(UTF_8)) {
            // when: each has said what it does
            List<String> said = List.of(err.readLine(), errOfOne.readLine());
            assertTrue(said.contains("contacts: waiting for another build of this checkout"), said::toString);
            Files.delete(checkout.resolve("slowly"));
            // then
            assertEquals(0, one.waitFor());
            assertEquals(0, other.waitFor());
        }
        assertEquals(1, builds());
    }

    @Test
    void the_lock_of_a_build_that_was_killed_is_taken_over() throws Exception {
        Files.createDirectories(checkout.resolve("target"));
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Files.createSymbolicLink(checkout.resolve("target/contacts.lock"), Path.of(Long.toString(dead.pid())));
        assertEquals("first started\n", run(Map.of(), "settings"));
        assertTrue(Files.notExists(checkout.resolve("target/contacts.lock"), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void a_letter_beyond_ascii_in_a_path_is_read_in_any_locale() throws Exception {
        // By a shell, which knows no letters: this JVM may not be able to name such a file.
        script("elsewhere", """
                #!/bin/sh
                cd "$(printf '%s/pr\\303\\274fung' "$1")"
                touch "$(printf 'b\\303\\244d.jsonl')"
                ./contacts exists b*d.jsonl
                """);
        assertEquals(
                0,
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "mv \"$0\" \"$(printf '%s/pr\\303\\274fung' \"$1\")\"",
                                checkout.toString(),
                                folder.toString())
                        .start()
                        .waitFor());
        for (Map<String, String> locale : List.of(
                Map.of("LC_ALL", "C"),
                Map.of("LC_ALL", "", "LC_CTYPE", "", "LANG", ""),
                Map.of("LC_ALL", "", "LC_CTYPE", "", "LANG", "xx_XX.UTF-8"),
                Map.of("LC_ALL", "C.UTF-8"))) {
            ProcessBuilder process =
                    process(locale, folder.resolve("bin/elsewhere").toString(), folder.toString());
            assertEquals("first started\ntrue\n", outOf(process.start()), locale::toString);
        }
    }

    @Test
    void an_exported_cdpath_and_a_link_lead_to_the_same_folder() throws Exception {
        Files.createSymbolicLink(folder.resolve("link"), Path.of("a-workshop check-out/contacts"));
        for (String launcher :
                List.of("./link", "'a-workshop check-out'/contacts", "cd ./'a-workshop check-out' && sh contacts")) {
            ProcessBuilder process =
                    process(Map.of("CDPATH", folder.toString()), "sh", "-c", "set -e; " + launcher + " settings");
            assertEquals(
                    "first started\n", outOf(process.directory(folder.toFile()).start()), launcher);
        }
    }

    @Test
    void where_nothing_can_be_written_a_build_is_refused_in_one_line_and_what_is_built_runs() throws Exception {
        run(Map.of(), "settings");
        // As a file system that is mounted read-only answers, root too.
        ProcessBuilder readOnly = new ProcessBuilder("unshare", "-rm", "true");
        assumeTrue(succeeds(readOnly));
        String mounted =
                "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\" \"$0\" && exec \"$0/contacts\" settings";
        ProcessBuilder process = process(Map.of(), "unshare", "-rm", "sh", "-c", mounted, checkout.toString());
        Process built = process.start();
        assertEquals("", new String(built.getErrorStream().readAllBytes(), UTF_8));
        assertEquals("first started\n", outOf(built));
        change("second");
        Process refused = process.start();
        assertEquals(
                "contacts: what is in %1$s has yet to be built, and %1$s/target cannot be written\n"
                        .formatted(checkout),
                new String(refused.getErrorStream().readAllBytes(), UTF_8));
        assertEquals(1, refused.waitFor());
    }

    private static boolean succeeds(ProcessBuilder process) {
        try {
            return process.start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    /** A new version of the program, newer than the last build. */
    private void change(String version) throws IOException {
        program(version);
        Files.writeString(checkout.resolve("src/main/x"), version);
        Files.setLastModifiedTime(
                checkout.resolve("target/contacts.built"),
                FileTime.from(Instant.now().minusSeconds(60)));
    }

    /** What the next build makes. */
    private void program(String version) throws IOException {
        Path sources = Files.createDirectories(folder.resolve("program/dev/messagecontact"));
        Path source = Files.writeString(sources.resolve("Contacts.java"), PROGRAM.replace("VERSION", version));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertEquals(0, compiler.run(null, null, null, "--release", "17", source.toString()));
        try (OutputStream file = Files.newOutputStream(folder.resolve("program.jar"));
                JarOutputStream jar = new JarOutputStream(file)) {
            for (String name : List.of("Contacts.class", "Late.class")) {
                jar.putNextEntry(new ZipEntry("dev/messagecontact/" + name));
                jar.write(Files.readAllBytes(sources.resolve(name)));
            }
        }
    }

    private void script(String name, String text) throws IOException {
        Path script = Files.createDirectories(folder.resolve("bin")).resolve(name);
        Files.writeString(script, text);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String run(Map<String, String> environment, String... arguments) throws Exception {
        return outOf(start(environment, arguments));
    }

    private Process start(Map<String, String> environment, String... arguments) throws IOException {
        String[] command = Stream.concat(Stream.of(checkout.resolve("contacts").toString()), Arrays.stream(arguments))
                .toArray(String[]::new);
        return process(environment, command).start();
    }

    private ProcessBuilder process(Map<String, String> environment, String... command) {
        ProcessBuilder process = new ProcessBuilder(command);
        process.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        process.environment().put("PROGRAM", folder.resolve("program.jar").toString());
        process.environment().put("JAVA_HOME", System.getProperty("java.home"));
        process.environment().remove("JAVA_TOOL_OPTIONS");
        process.environment().putAll(environment);
        return process;
    }

    private static String outOf(Process process) throws IOException, InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        process.getInputStream().transferTo(out);
        String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        assertEquals(0, process.exitValue(), err);
        return out.toString(UTF_8);
    }

    private long builds() throws IOException {
        return Files.readAllLines(checkout.resolve("builds")).size();
    }

    private Path releaseOfNow() throws IOException {
        List<String> stamp = Files.readAllLines(checkout.resolve("target/contacts.built"));
        return checkout.resolve("target").resolve(stamp.get(2));
    }

    private long releases() throws IOException {
        try (Stream<Path> all = Files.list(checkout.resolve("target/releases"))) {
            return all.count();
        }
    }
}
