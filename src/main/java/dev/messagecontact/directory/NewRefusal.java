package dev.messagecontact.directory;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import java.util.List;

/**
 * A refusal to remember, under the record's position only.
 *
 * @param source the record that is refused
 * @param codes why, the first is the answer's
 * @param refusedAt milliseconds since 1970 UTC
 */
public record NewRefusal(RecordId source, List<ErrorCode> codes, long refusedAt) {}
