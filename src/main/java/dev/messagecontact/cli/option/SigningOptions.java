package dev.messagecontact.cli.option;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.messagecontact.authorization.BrokenFileException;
import dev.messagecontact.authorization.token.TokenSigner;
import dev.messagecontact.cli.line.Invocation;
import dev.messagecontact.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How published commands are signed, if they are. */
public final class SigningOptions extends Invocation {

    private static final Duration LIFETIME = Duration.ofMinutes(10);

    @Option(
            names = "--sign-with",
            paramLabel = "KEY",
            description = "Sign each line with this private key, as `contacts keys` makes it, in the name of "
                    + "AUTHORIZATION_ISSUER and for AUTHORIZATION_AUDIENCE. For trying: a publisher gets its tokens from "
                    + "an issuer.")
    private @Nullable Path key;

    @Option(
            names = "--subject",
            paramLabel = "SUBJECT",
            description = "The sender in whose name --sign-with signs, such as acs:ram::1234567890123456:user/alice.")
    private @Nullable String subject;

    /** How a record gets its token; the record stays as it is if lines are not signed. */
    public UnaryOperator<ProducerRecord<byte[], byte[]>> signature(Settings settings) {
        if (key == null && subject == null) {
            return UnaryOperator.identity();
        }
        if (key == null || subject == null) {
            throw badUsage("--sign-with and --subject need each other");
        }
        try {
            TokenSigner signer =
                    new TokenSigner(Files.readString(key), settings.issuer(), subject, settings.audience(), LIFETIME);
            return record -> signed(record, signer);
        } catch (IOException e) {
            throw badUsage(key + " cannot be read");
        } catch (BrokenFileException e) {
            throw badUsage("%s: %s".formatted(key, e.getMessage()));
        }
    }

    private static ProducerRecord<byte[], byte[]> signed(ProducerRecord<byte[], byte[]> record, TokenSigner signer) {
        String token = signer.tokenFor(record.value(), Instant.now());
        record.headers().add(TokenSigner.HEADER, token.getBytes(US_ASCII));
        return record;
    }
}
