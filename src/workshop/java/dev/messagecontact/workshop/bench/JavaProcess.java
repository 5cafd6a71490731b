package dev.messagecontact.workshop.bench;

import dev.messagecontact.workshop.embedded.AtExit;
import dev.messagecontact.workshop.testkit.WorkerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Another main class on our own class path, in a process of its own that ends when its standard input does, or with us.
 * Any thread may call it.
 */
final class JavaProcess implements AutoCloseable {

    private static final int LONGEST_END_IN_SECONDS = 30;

    private final Process process;
    private final BufferedReader output;

    private JavaProcess(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** @param log gets its standard error, after what is there */
    static JavaProcess start(Class<?> main, List<String> jvmOptions, List<String> arguments, Path log) {
        String classPath = System.getProperty("java.class.path");
        List<String> command = new ArrayList<>();
        command.add(WorkerProcess.java());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(arguments);
        try {
            JavaProcess started = new JavaProcess(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start());
            AtExit.close(started);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /**
     * The next line that it prints; waits for it.
     *
     * @throws IllegalStateException if it ends instead
     */
    String line() {
        try {
            String line = output.readLine();
            if (line == null) {
                throw new IllegalStateException("a process of the bench ended; its log says why");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks it to end and waits; kills it if it does not. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(LONGEST_END_IN_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        AtExit.forget(this);
    }
}
