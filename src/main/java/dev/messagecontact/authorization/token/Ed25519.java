package dev.messagecontact.authorization.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.impl.BaseJWSProvider;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/** EdDSA by Java's own interfaces: the library would need another one for it. */
final class Ed25519 {

    /** Java's name for it. */
    static final String NAME = "Ed25519";

    private static final int KEY_BYTES = 32;

    /** What stands before the 32 bytes of a key in its encoded form, RFC 8410. */
    private static final byte[] PUBLIC = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final byte[] PRIVATE = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private Ed25519() {}

    static JWSVerifier verifier(OctetKeyPair key) throws JOSEException {
        return new Verifier(publicKey(key.getDecodedX()));
    }

    static JWSSigner signer(OctetKeyPair key) throws JOSEException {
        return new Signer(privateKey(key.getDecodedD()));
    }

    /** A new key pair. */
    static OctetKeyPair.Builder newKey() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance(NAME).generateKeyPair();
            byte[] encoded = pair.getPublic().getEncoded();
            byte[] x = Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
            byte[] d = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
            return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x)).d(Base64URL.encode(d));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java from 15 on has it
        }
    }

    private static PublicKey publicKey(byte[] x) throws JOSEException {
        try {
            return KeyFactory.getInstance(NAME).generatePublic(new X509EncodedKeySpec(encoded(PUBLIC, x)));
        } catch (GeneralSecurityException e) {
            throw new JOSEException("not a public key", e);
        }
    }

    private static PrivateKey privateKey(byte[] d) throws JOSEException {
        try {
            return KeyFactory.getInstance(NAME).generatePrivate(new PKCS8EncodedKeySpec(encoded(PRIVATE, d)));
        } catch (GeneralSecurityException e) {
            throw new JOSEException("not a private key", e);
        }
    }

    private static byte[] encoded(byte[] before, byte[] key) throws JOSEException {
        if (key.length != KEY_BYTES) {
            throw new JOSEException("not 32 bytes");
        }
        byte[] encoded = Arrays.copyOf(before, before.length + KEY_BYTES);
        System.arraycopy(key, 0, encoded, before.length, KEY_BYTES);
        return encoded;
    }

    private static final class Verifier extends BaseJWSProvider implements JWSVerifier {

        private final PublicKey key;

        Verifier(PublicKey key) {
            super(Set.of(JWSAlgorithm.EdDSA));
            this.key = key;
        }

        @Override
        public boolean verify(JWSHeader header, byte[] signed, Base64URL signature) {
            try {
                Provider provider = getJCAContext().getProvider();
                Signature verification =
                        provider == null ? Signature.getInstance(NAME) : Signature.getInstance(NAME, provider);
                verification.initVerify(key);
                verification.update(signed);
                return verification.verify(signature.decode());
            } catch (GeneralSecurityException e) {
                return false; // no signature at all, by its length or form
            }
        }
    }

    private static final class Signer extends BaseJWSProvider implements JWSSigner {

        private final PrivateKey key;

        Signer(PrivateKey key) {
            super(Set.of(JWSAlgorithm.EdDSA));
            this.key = key;
        }

        @Override
        public Base64URL sign(JWSHeader header, byte[] toSign) throws JOSEException {
            try {
                Signature signature = Signature.getInstance(NAME);
                signature.initSign(key);
                signature.update(toSign);
                return Base64URL.encode(signature.sign());
            } catch (GeneralSecurityException e) {
                throw new JOSEException("cannot sign", e);
            }
        }
    }
}
