package dev.messagecontact.outcome;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Parameter;
import dev.messagecontact.outcome.Outcome.Added;
import dev.messagecontact.outcome.Outcome.Changed;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.verification.VerificationRequest;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/** The JSON values of events, their fields in a fixed order. Not thread-safe: one buffer serves all values. */
final class EventValues {

    private final JsonFactory json = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .build();
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(512);
    private long lastSecond;
    private String lastDate = Dates.createDate(0);

    byte[] result(Added added) {
        Contact contact = added.contact();
        return object(out -> {
            out.writeStringProperty("RequestId", contact.requestId());
            out.writeStringProperty("ResourceDirectoryId", contact.directoryId());
            out.writeObjectPropertyStart("Contact");
            out.writeStringProperty("ContactId", contact.contactId());
            out.writeStringProperty("CreateDate", createDate(added.createdAt()));
            out.writeEndObject();
        });
    }

    byte[] result(Envelope envelope, Changed changed) {
        return object(out -> {
            out.writeStringProperty("RequestId", envelope.requestId());
            out.writeStringProperty("ResourceDirectoryId", envelope.directoryId());
            out.writeObjectPropertyStart("Contact");
            out.writeStringProperty("ContactId", changed.contactId());
            out.writeStringProperty("Status", changed.status().wireName());
            out.writeEndObject();
            if (changed.channel() != null) {
                out.writeStringProperty("Channel", changed.channel().idName());
            }
        });
    }

    /** Most contacts of a batch are made in the same second. */
    private String createDate(long millis) {
        long second = Math.floorDiv(millis, 1000);
        if (second != lastSecond) {
            lastSecond = second;
            lastDate = Dates.createDate(millis);
        }
        return lastDate;
    }

    byte[] error(Envelope envelope, Rejected rejected) {
        ErrorCode code = rejected.code();
        return object(out -> {
            out.writeStringProperty("RequestId", envelope.requestId());
            out.writeStringProperty("ResourceDirectoryId", envelope.directoryId());
            out.writeNumberProperty("HttpStatusCode", code.httpStatus());
            out.writeStringProperty("Code", code.code());
            out.writeStringProperty("Message", code.message());
            out.writeBooleanProperty("Retryable", code.retryable());
            out.writeArrayPropertyStart("Violations");
            rejected.codes().forEach(violation -> writeViolation(out, violation));
            out.writeEndArray();
            out.writeObjectPropertyStart("Command");
            out.writeStringProperty("Topic", envelope.record().topic());
            out.writeNumberProperty("Partition", envelope.record().partition());
            out.writeNumberProperty("Offset", envelope.record().offset());
            out.writeEndObject();
        });
    }

    private static void writeViolation(JsonGenerator out, ErrorCode code) {
        Parameter parameter = code.parameter();
        out.writeStartObject();
        out.writeStringProperty("Parameter", parameter == null ? null : parameter.fieldName());
        out.writeStringProperty("Code", code.code());
        out.writeStringProperty("Message", code.message());
        out.writeEndObject();
    }

    byte[] verification(VerificationRequest request) {
        return object(out -> {
            out.writeStringProperty("VerificationId", request.verificationId());
            out.writeStringProperty("RequestId", request.requestId());
            out.writeStringProperty("ResourceDirectoryId", request.directoryId());
            out.writeStringProperty("ContactId", request.contactId());
            out.writeStringProperty("Name", request.name());
            switch (request.channel()) {
                case EMAIL -> out.writeStringProperty("EmailAddress", request.target());
                case SMS -> {
                    out.writeStringProperty("PhoneNumber", request.target());
                    out.writeStringProperty("E164", request.e164());
                }
            }
        });
    }

    private byte[] object(Consumer<JsonGenerator> fields) {
        buffer.reset();
        try (JsonGenerator out = json.createGenerator(ObjectWriteContext.empty(), buffer)) {
            out.writeStartObject();
            fields.accept(out);
            out.writeEndObject();
        }
        return buffer.toByteArray();
    }
}
