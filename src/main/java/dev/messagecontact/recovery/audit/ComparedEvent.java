package dev.messagecontact.recovery.audit;

import dev.messagecontact.outcome.EventContent;
import dev.messagecontact.outcome.OutcomeEvent;
import dev.messagecontact.outcome.PublishedEvent;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * What an event says, and a digest by which two events are compared.
 *
 * @param digest of ids and dates (id, time, ContactId, CreateDate, VerificationId) and of all, as {@link Digest#pair}; the
 *     same whether replayed or not
 */
record ComparedEvent(EventContent content, long digest) {

    static ComparedEvent of(PublishedEvent event) {
        EventContent content = event.content();
        return new ComparedEvent(content, digest(content, whole(event)));
    }

    static ComparedEvent of(OutcomeEvent event) {
        EventContent content = event.content();
        return new ComparedEvent(content, digest(content, whole(event)));
    }

    private static long digest(EventContent content, Digest all) {
        Digest ids = new Digest()
                .add(content.id())
                .add(content.time())
                .add(content.contactId())
                .add(content.createDate())
                .add(content.verificationId());
        return Digest.pair(ids, all);
    }

    /** The hash of all that is the same whenever the event is published. */
    static Digest whole(PublishedEvent event) {
        return whole(event.record().key(), event.record().value(), event.lastingHeaders());
    }

    /** The same of an event that is due. */
    static Digest whole(OutcomeEvent event) {
        return whole(event.record().key(), event.record().value(), event.lastingHeaders());
    }

    /** The hash of these headers alone. */
    static Digest whole(List<Header> headers) {
        return whole(null, null, headers);
    }

    private static Digest whole(byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {
        Digest all = new Digest().add(key).add(value);
        headers.forEach(header -> all.add(header.key()).add(header.value()));
        return all;
    }
}
