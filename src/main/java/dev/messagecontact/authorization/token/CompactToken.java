package dev.messagecontact.authorization.token;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A token in compact form (RFC 7515, section 7.1) taken apart; nothing of it is verified. The library's own way to take it apart
 * decodes Base64 in constant time, as is right for secrets; of a token that stands in a topic nothing is secret, and that took
 * more than all else but the signature.
 *
 * @param signed the bytes that the signature is about
 */
record CompactToken(JWSHeader header, JWTClaimsSet claims, byte[] signed, Base64URL signature) {

    /**
     * Takes a token apart.
     *
     * @param headers that were parsed before
     * @throws ParseException if it is none, and other exceptions for odd ones
     */
    static CompactToken parse(byte[] token, ParsedHeaders headers) throws ParseException {
        String text = new String(token, ISO_8859_1);
        int first = text.indexOf('.');
        int last = text.lastIndexOf('.');
        if (first < 0 || text.indexOf('.', first + 1) != last) {
            throw new ParseException("not three parts", 0);
        }
        Base64URL claims = new PublicBase64(text.substring(first + 1, last));
        return new CompactToken(
                headers.parse(new PublicBase64(text.substring(0, first))),
                JWTClaimsSet.parse(JSONObjectUtils.parse(claims.decodeToString())),
                Arrays.copyOf(token, last),
                new PublicBase64(text.substring(last + 1)));
    }

    boolean isVerifiedBy(JWSVerifier verifier) throws JOSEException {
        return verifier.verify(header, signed, signature);
    }

    /** Headers that were parsed before: all tokens of a key have the same one. Any thread may use it. */
    static final class ParsedHeaders {

        /** More than all issuers' keys together; whoever makes up headers, of 8 KiB at most, must not fill the memory. */
        private static final int MOST = 64;

        private final Map<String, JWSHeader> byText = new ConcurrentHashMap<>();

        private JWSHeader parse(Base64URL text) throws ParseException {
            JWSHeader before = byText.get(text.toString());
            if (before != null) {
                return before;
            }
            JWSHeader parsed = JWSHeader.parse(text.decodeToString(), text);
            if (byText.size() >= MOST) {
                byText.clear();
            }
            byText.put(text.toString(), parsed);
            return parsed;
        }

        int size() {
            return byText.size();
        }
    }

    /** Decoded by Java's own code, which fails for what is no Base64. */
    private static final class PublicBase64 extends Base64URL {

        private PublicBase64(String text) {
            super(text);
        }

        @Override
        public byte[] decode() {
            return Base64.getUrlDecoder().decode(toString());
        }
    }
}
