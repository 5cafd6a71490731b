package dev.messagecontact.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.messagecontact.authorization.BrokenFileException;
import dev.messagecontact.authorization.token.Algorithms;
import dev.messagecontact.authorization.token.KeyPairs;
import dev.messagecontact.authorization.token.KeyPairs.NewKey;
import dev.messagecontact.cli.line.ExitCodes;
import dev.messagecontact.cli.line.Invocation;
import dev.messagecontact.fault.OperatorException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code contacts keys}. */
@Command(
        name = "keys",
        description = "Make a key pair for signing commands: a private key for the issuer, as a JWK file that only "
                + "you can read, and the set of public keys for AUTHORIZATION_JWKS_FILE. If the set exists "
                + "already, the new key is added to it, so that a key can be replaced without a gap.")
public final class KeysCommand implements Callable<Integer> {

    private static final String KEY_SET = "jwks.json";

    @Option(
            names = "--algorithm",
            paramLabel = "NAME",
            defaultValue = "RS256",
            description = "RS256, PS256, ES256 or EdDSA (default: RS256).")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String algorithm;

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            defaultValue = ".",
            description = "The folder of jwks.json and of the private key (default: this folder).")
    @SuppressWarnings("NullAway.Init") // by picocli
    private Path folder;

    @Mixin
    private final Invocation invocation = new Invocation();

    @Override
    public Integer call() {
        if (!Algorithms.ALL.contains(algorithm)) {
            throw invocation.badUsage("--algorithm must be one of " + String.join(", ", Algorithms.ALL));
        }
        Path keySet = folder.resolve(KEY_SET);
        try {
            Files.createDirectories(folder);
            NewKey key = KeyPairs.make(algorithm, textOrNull(keySet));
            Path privateKey = folder.resolve("private-" + key.id() + ".json");
            writePrivately(privateKey, key.privateKey());
            replace(keySet, key.keySet());
            PrintWriter out = invocation.out();
            out.printf("private key: %s%npublic keys: %s%n", privateKey, keySet);
            return ExitCodes.DONE;
        } catch (BrokenFileException e) {
            throw new OperatorException("%s cannot be used: %s".formatted(keySet, e.getMessage()), e);
        } catch (IOException e) {
            throw new OperatorException("the keys cannot be written to " + folder, e);
        }
    }

    private static @Nullable String textOrNull(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : null;
    }

    /** No other user can read it, not even for the moment before its rights are set. */
    private static void writePrivately(Path file, String content) throws IOException {
        FileAttribute<?>[] rights =
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        try (SeekableByteChannel channel =
                Files.newByteChannel(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), rights)) {
            ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    /** Replaces the file in one step: a worker that reads it sees the old set or the new one. */
    private static void replace(Path file, String content) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(next, content);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
