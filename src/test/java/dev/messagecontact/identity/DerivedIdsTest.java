package dev.messagecontact.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * The expected values come from this Python program:
 *
 * <pre>{@code
 * import hashlib, struct, uuid
 * A = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
 * def sha(*texts): return hashlib.sha256(b"\0".join(t.encode() for t in texts)).digest()
 * def base62(*texts):
 *     n = int.from_bytes(sha(*texts), "big")
 *     return "".join(A[n // 62**i % 62] for i in range(15, -1, -1))
 * def request_id(topic, partition, offset):
 *     d = bytearray(hashlib.sha256(topic.bytes + struct.pack(">iq", partition, offset)).digest()[:16])
 *     d[6] = d[6] & 15 | 0x80
 *     d[8] = d[8] & 63 | 0x80
 *     return str(uuid.UUID(bytes=bytes(d))).upper()
 * def fingerprint(*texts): return struct.unpack(">q", sha(*texts)[:8])[0]
 * }</pre>
 */
class DerivedIdsTest {

    private static final UUID TOPIC = UUID.fromString("7b0f3c2e-5a1d-4c6b-9e8f-001122334455");

    @Test
    void a_contact_id_is_derived_from_directory_and_request() {
        assertEquals("c-UnCaInIFdAC377Zi", DerivedIds.contactId("rd-3G2b1x", "2DFCE4C9-04A9-4C83-BB14-FE791275EC53"));
        assertEquals("c-op4kVhL2t1tITYiE", DerivedIds.contactId("rd-a", "r-1"));
    }

    @Test
    void zeros_in_front_are_kept() {
        assertEquals("c-00dCQsOzd5pdawOY", DerivedIds.contactId("rd-a", "r-1202"));
    }

    @Test
    void a_verification_id_is_derived_from_contact_channel_and_target() {
        assertEquals("v-fbFC7BByWdxdUeAP", DerivedIds.verificationId("c-0000000000000000", "email", "tom@example.com"));
        assertEquals("v-t9c10l97mLPZxwf3", DerivedIds.verificationId("c-0000000000000000", "sms", "86-13900001234"));
    }

    @Test
    void a_request_id_is_derived_from_the_position() {
        assertEquals("B8268AA2-8CD2-8BAF-8EBA-B79E0D67080D", DerivedIds.requestId(TOPIC, 0, 0));
        assertEquals("D8F5478F-F7B0-8717-B732-7B8480283159", DerivedIds.requestId(TOPIC, 3, 9_876_543_210L));
    }

    @Test
    void derived_request_ids_are_distinct_uuids_of_version_8_in_upper_case() {
        Set<String> ids = new HashSet<>();
        for (int partition = 0; partition < 10; partition++) {
            for (long offset = 0; offset < 100; offset++) {
                String id = DerivedIds.requestId(TOPIC, partition, offset);
                UUID uuid = UUID.fromString(id);
                assertEquals(8, uuid.version());
                assertEquals(2, uuid.variant());
                assertTrue(id.matches("[0-9A-F-]{36}"));
                ids.add(id);
            }
        }
        assertEquals(1000, ids.size());
    }

    @Test
    void a_fingerprint_is_the_head_of_the_digest_of_the_content() {
        assertEquals(
                -5840645531879859013L,
                DerivedIds.fingerprint("tom", "tom@example.com", "", "TechnicalDirector", "AccountExpenses"));
        assertEquals(2126855439476338844L, DerivedIds.fingerprint("张三"));
    }

    @Test
    void where_one_text_ends_and_the_next_begins_matters() {
        assertNotEquals(DerivedIds.fingerprint("ab", "c"), DerivedIds.fingerprint("a", "bc"));
        assertNotEquals(DerivedIds.contactId("rd-a", "b"), DerivedIds.contactId("rd-", "ab"));
    }
}
