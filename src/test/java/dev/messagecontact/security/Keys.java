package dev.messagecontact.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A key and certificate for servers on this machine, made anew for each test. */
final class Keys {

    static final String PASSWORD = "only-for-this-test";

    private final Path folder;

    private Keys(Path folder) {
        this.folder = folder;
    }

    /** Makes them with the JDK's keytool. */
    static Keys in(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        Keys keys = new Keys(Files.createDirectories(folder));
        keys.keytool(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-validity",
                "30");
        keys.keytool("-exportcert", "-rfc", "-file", keys.certificate().toString());
        Files.writeString(keys.privateKey(), keys.pemOfPrivateKey());
        return keys;
    }

    Path store() {
        return folder.resolve("server.p12");
    }

    /** In PEM; who trusts it trusts the servers. */
    Path certificate() {
        return folder.resolve("server.crt");
    }

    /** In PEM. */
    Path privateKey() {
        return folder.resolve("server.key");
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        List<String> line = Stream.of(
                        List.of(keytool),
                        List.of(arguments),
                        List.of("-alias", "server", "-keystore", store().toString(), "-storepass", PASSWORD),
                        List.of("-storetype", "PKCS12"))
                .flatMap(List::stream)
                .toList();
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new UncheckedIOException(new IOException(output));
        }
    }

    private String pemOfPrivateKey() throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(store())) {
            keys.load(file, PASSWORD.toCharArray());
        }
        Key key = Objects.requireNonNull(keys.getKey("server", PASSWORD.toCharArray()));
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }
}
