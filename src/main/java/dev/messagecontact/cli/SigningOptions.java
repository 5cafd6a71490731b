package dev.messagecontact.cli;

import dev.messagecontact.authorization.BrokenFileException;
import dev.messagecontact.authorization.token.TokenSigner;
import dev.messagecontact.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How published commands are signed, if they are. */
final class SigningOptions {

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

    /** The signer; empty if lines are not signed. */
    Optional<TokenSigner> signer(Settings settings, CommandSpec spec) {
        if (key == null && subject == null) {
            return Optional.empty();
        }
        if (key == null || subject == null) {
            throw new ParameterException(spec.commandLine(), "--sign-with and --subject need each other");
        }
        try {
            return Optional.of(
                    new TokenSigner(Files.readString(key), settings.issuer(), subject, settings.audience(), LIFETIME));
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), key + " cannot be read");
        } catch (BrokenFileException e) {
            throw new ParameterException(spec.commandLine(), "%s: %s".formatted(key, e.getMessage()));
        }
    }
}
