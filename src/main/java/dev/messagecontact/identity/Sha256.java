package dev.messagecontact.identity;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of texts, with a zero byte between them: no text that we hash contains one, so no two lists look alike. */
public final class Sha256 {

    private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(Sha256::digest);

    private Sha256() {}

    static byte[] of(String... texts) {
        MessageDigest digest = DIGEST.get();
        for (int i = 0; i < texts.length; i++) {
            if (i > 0) {
                digest.update((byte) 0);
            }
            digest.update(DerivedIds.utf8(texts[i]));
        }
        return digest.digest();
    }

    /** The 32 bytes of its hash. */
    public static byte[] of(byte[] bytes) {
        return DIGEST.get().digest(bytes);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
