package dev.messagecontact.authorization;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Finds out who sent a command. Any thread may call it. */
public interface SenderCheck {

    /** Asks for no token. */
    SenderCheck OFF = (record, idsInValue) -> Sender.NOT_ASKED;

    /**
     * The sender of this command.
     *
     * @param idsInValue whether RequestId and ResourceDirectoryId both stand in the record's value
     */
    Sender senderOf(ConsumerRecord<byte[], byte[]> record, boolean idsInValue);
}
