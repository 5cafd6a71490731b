package dev.messagecontact.faults;

import static dev.messagecontact.support.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.ClassArchive;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.testkit.WorkerProcess;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose log is a pipe that nobody reads, as when the log driver of its containers hangs. */
class UnreadLogIT {

    private static final Map<String, String> SETTINGS = Map.of(
            "WORKER_INSTANCE", "silent",
            "WORKER_MAX_POLL_INTERVAL", "PT5S",
            "WORKER_TRANSACTION_TIMEOUT", "PT4S",
            "DATABASE_SOCKET_TIMEOUT", "PT3S",
            "DATABASE_STATEMENT_TIMEOUT", "PT2S",
            "DIRECTORY_LOCK_BUDGET", "PT2S");

    @TempDir
    private Path folder;

    private static final int PIPE = 1024 * 1024; // more than any has

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void a_lane_that_waits_for_its_log_is_neither_ready_nor_alive_and_goes_on_when_the_log_is_read() throws Exception {
        Path pipe = folder.resolve("log");
        run("mkfifo " + pipe);
        try (TestStage stage = TestStage.with(1);
                RandomAccessFile end = new RandomAccessFile(pipe.toFile(), "rw");
                WorkerProcess worker = WorkerProcess.start(
                        ClassArchive.with(WorkerProcess.SMALL), stage.environment(SETTINGS), pipe)) {
            stage.missMembersSoon();
            Ledger ledger = new Ledger(stage);
            ledger.submit(5);
            ledger.awaitAnswers();
            await("ready").until(() -> get(worker, "ready").startsWith("200 "));
            fill(pipe);

            stage.transactionalProducer(stage.settings(SETTINGS).transactionalId(0))
                    .close();
            ledger.submit(5);
            await("not alive")
                    .until(
                            () -> get(worker, "live"),
                            answer -> answer.startsWith("503 ") && answer.contains("has not polled for"));
            assertTrue(get(worker, "ready").startsWith("503 "));
            await("the group has removed it").until(() -> stage.owners().isEmpty());

            assertTrue(end.read(new byte[PIPE]) > 0);
            ledger.assertAllAnsweredOnce();
            await("alive again").until(() -> get(worker, "live").startsWith("200 "));
        }
    }

    /** With as many bytes as it takes. */
    private static void fill(Path pipe) throws Exception {
        run("dd if=/dev/zero of=%s bs=4096 oflag=nonblock; dd if=/dev/zero of=%s bs=1 oflag=nonblock"
                .formatted(pipe, pipe));
    }

    private static void run(String command) throws Exception {
        new ProcessBuilder("sh", "-c", command)
                .redirectErrorStream(true) // dd tells how much it was
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private String get(WorkerProcess worker, String check) throws Exception {
        URI address = URI.create("http://127.0.0.1:%d/health/%s".formatted(worker.managementPort(), check));
        var answer = client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }
}
