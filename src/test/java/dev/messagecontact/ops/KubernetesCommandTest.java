package dev.messagecontact.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code ops/kubernetes/contacts}, with a script in the place of kubectl that answers as a cluster would. */
@EnabledOnOs(OS.LINUX)
class KubernetesCommandTest {

    private static final String KUBECTL = """
            #!/bin/sh
            echo "$*" >> "$0.calls"
            case "$*" in
              kustomize*) printf 'metadata:\\n  name: message-contact-command\\n  namespace: here\\n        - ARGUMENTS\\n' ;;
              *apply*) cat > "$0.job" ;;
              *terminated.exitCode*) echo "$EXIT_CODE" ;;
              *logs*) echo complete ;;
              *phase*) echo "$PHASE" ;;
              *"get events"*) echo "exceeded quota" ;;
              *state.running}{*) echo "$STARTED" ;;
            esac
            """;

    @TempDir
    private Path folder;

    @Test
    void it_prints_what_the_command_prints_and_ends_with_its_exit_code() throws Exception {
        Run run = run(Map.of("STARTED", "yes", "EXIT_CODE", "3"));
        assertEquals(new Run(3, "complete\n", ""), run);
        assertTrue(Files.readString(folder.resolve("kubectl.job")).contains("        - \"audit\"\n"));
    }

    @Test
    void a_pod_that_does_not_start_is_named_and_given_up() throws Exception {
        Run run = run(Map.of("PHASE", "Pending ImagePullBackOff no such image"));
        assertEquals(124, run.exitCode());
        assertTrue(run.err().contains("not started within 1 s: Pending ImagePullBackOff no such image"), run.err());
        assertTrue(Files.readString(folder.resolve("kubectl.calls")).contains("delete job message-contact-command-"));
    }

    @Test
    void a_job_that_gets_no_pod_says_why() throws Exception {
        assertTrue(run(Map.of()).err().contains("not started within 1 s: no pod: exceeded quota"));
    }

    private record Run(int exitCode, String out, String err) {}

    private Run run(Map<String, String> cluster) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("kubectl"), KUBECTL);
        Files.setPosixFilePermissions(folder.resolve("kubectl"), PosixFilePermissions.fromString("rwxr-xr-x"));
        ProcessBuilder script = new ProcessBuilder(List.of("sh", "ops/kubernetes/contacts", "audit"))
                .redirectError(folder.resolve("err").toFile());
        script.environment().putAll(cluster);
        script.environment().put("START_LIMIT", "1");
        script.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        Process process = script.start();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Run(process.waitFor(), out, Files.readString(folder.resolve("err")));
    }
}
