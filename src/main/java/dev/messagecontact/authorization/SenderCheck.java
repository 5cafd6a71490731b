package dev.messagecontact.authorization;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Finds out who sent a command. Any thread may call it. */
public interface SenderCheck {

    /** Asks for no token. */
    SenderCheck OFF = (record, inValue) -> Sender.NOT_ASKED;

    /**
     * The sender of this command.
     *
     * @param inValue whether RequestId, ResourceDirectoryId and, of a command about a contact, its action stand in the record's
     *     value: what stands in key or headers no token covers
     */
    Sender senderOf(ConsumerRecord<byte[], byte[]> record, boolean inValue);
}
