package dev.messagecontact.authorization.token;

import dev.messagecontact.authorization.BrokenFileException;
import dev.messagecontact.authorization.Policy;
import dev.messagecontact.authorization.PolicyReader;
import dev.messagecontact.authorization.SenderCheck;
import dev.messagecontact.authorization.token.CompactToken.ParsedHeaders;
import dev.messagecontact.fault.Fault;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.settings.AuthorizationSettings;
import java.nio.file.Path;
import java.security.Provider;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The issuers' keys and the policy as their files have them now. A thread of its own looks at the files every second; a
 * batch asks once, so it is judged by one state of them. Any thread may call it.
 */
public final class Authorization implements AutoCloseable {

    /** Permissions are off: every sender has them. */
    public static final Authorization OFF = new Authorization(null, Map.of(), null);

    private static final Logger log = LoggerFactory.getLogger(Authorization.class);

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final @Nullable AuthorizationSettings settings;
    private final Map<String, WatchedFile<IssuerKeys>> keys;
    private final @Nullable WatchedFile<Policy> policy;
    private final ParsedHeaders headers = new ParsedHeaders();
    private final @Nullable ScheduledExecutorService looking;

    private Authorization(
            @Nullable AuthorizationSettings settings,
            Map<String, WatchedFile<IssuerKeys>> keys,
            @Nullable WatchedFile<Policy> policy) {
        this.settings = settings;
        this.keys = keys;
        this.policy = policy;
        this.looking = settings == null ? null : Executors.newSingleThreadScheduledExecutor(Authorization::thread);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "authorization-files");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Reads keys and policy, and reads them again when they change.
     *
     * @param settings null for {@link #OFF}
     * @throws OperatorException if one of the files cannot be used
     */
    public static Authorization open(@Nullable AuthorizationSettings settings) {
        if (settings == null) {
            return OFF;
        }
        Provider provider = SignatureProvider.fastest();
        log.info("signatures are checked by {}", provider == null ? "Java's own code" : provider.getName());
        WatchedFile.Parser<IssuerKeys> parser = document -> IssuerKeys.read(document, provider);
        Map<String, WatchedFile<IssuerKeys>> keys = new LinkedHashMap<>();
        settings.keys().forEach((issuer, path) -> keys.put(issuer, watched("AUTHORIZATION_JWKS_FILE", path, parser)));
        WatchedFile<Policy> policy = watched("AUTHORIZATION_POLICY_FILE", settings.policyFile(), PolicyReader::read);
        Authorization authorization = new Authorization(settings, keys, policy);
        authorization.startLooking();
        return authorization;
    }

    private static <T> WatchedFile<T> watched(String name, Path path, WatchedFile.Parser<T> parser) {
        try {
            return new WatchedFile<>(name, path, parser);
        } catch (BrokenFileException e) {
            throw new OperatorException("%s: %s cannot be used: %s".formatted(name, path, e.getMessage()), e);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a look catches what can go wrong
    private void startLooking() {
        log.info("permissions are on: {} issuers, policy file {}", keys.size(), policyPath());
        if (looking != null) {
            long millis = BETWEEN_LOOKS.toMillis();
            looking.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
        }
    }

    private String policyPath() {
        return settings == null ? "none" : settings.policyFile().toString();
    }

    private void look() {
        try {
            keys.values().forEach(WatchedFile::look);
            if (policy != null) {
                policy.look();
            }
        } catch (RuntimeException | Error e) { // it would end the looking for good
            log.error(
                    "could not look for changes of the key and policy files; the next look is in {} s: {}",
                    BETWEEN_LOOKS.toSeconds(),
                    Fault.withoutMessage(e));
        }
    }

    /** Proves senders by the keys of this moment. */
    public SenderCheck senders() {
        if (settings == null) {
            return SenderCheck.OFF;
        }
        Map<String, IssuerKeys> now = new LinkedHashMap<>();
        keys.forEach((issuer, file) -> now.put(issuer, file.content()));
        return new TokenCheck(Map.copyOf(now), settings.algorithms(), settings.audience(), settings.leeway(), headers);
    }

    /** The policy of this moment. */
    public Policy policy() {
        return policy == null ? Policy.NOTHING : policy.content();
    }

    /** Whether what stands now in a file of keys, or in the policy's, is refused. */
    public boolean isRefused(AuthorizationFile file) {
        return file == AuthorizationFile.POLICY
                ? policy != null && policy.isRefused()
                : keys.values().stream().anyMatch(WatchedFile::isRefused);
    }

    @Override
    public void close() {
        if (looking != null) {
            looking.shutdownNow();
        }
    }
}
