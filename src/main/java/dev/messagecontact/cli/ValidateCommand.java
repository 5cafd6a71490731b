package dev.messagecontact.cli;

import dev.messagecontact.cli.input.CommandFile;
import dev.messagecontact.cli.input.CommandLines;
import dev.messagecontact.cli.input.RecordKey;
import dev.messagecontact.cli.line.CommonOptions;
import dev.messagecontact.cli.line.ConfiguredCommand;
import dev.messagecontact.cli.line.ExitCodes;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Origin;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.registration.RequestReader;
import dev.messagecontact.settings.Settings;
import dev.messagecontact.validation.ContactRules;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code contacts validate}. */
@Command(
        name = "validate",
        description = "Check commands by the field rules, without brokers and without a database. It prints one line "
                + "per command: accepted, or the error codes that the worker would answer. It prints no value of "
                + "a command. It reads lines as `submit` does.",
        footer = {
            "",
            "The rules use the settings of this process: EMAIL_MAX_LENGTH, PHONE_COUNTRY_CODES, "
                    + "PHONE_REQUIRED, COMMAND_MAX_BYTES, COMMAND_MAX_DEPTH. Rules that depend on the database are "
                    + "not checked: names in use, full directories, repeated RequestIds."
        },
        exitCodeList = {
            "0:every command is accepted",
            "1:at least one is refused, or the file could not be read to its end",
            "2:the command line or a setting is wrong; one line on standard error names it"
        })
public final class ValidateCommand extends ConfiguredCommand {

    private static final UUID NO_TOPIC = new UUID(0, 0);

    @Parameters(
            paramLabel = "FILE",
            description = "A JSON Lines file, plain or compressed with gzip; - reads standard input.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String file;

    private long accepted;
    private long refused;

    public ValidateCommand(CommonOptions common) {
        super(common);
    }

    @Override
    public Integer call() throws IOException {
        Settings settings = common.settingsOfShortCommand();
        RequestReader reader = new RequestReader(
                NO_TOPIC,
                Origin.UPSTREAM,
                settings.commands(),
                new ContactRules(settings.contacts().rules()));
        int longest = CommandLines.longest(settings.commands());
        try (CommandFile input = CommandFile.named(file, invocation)) {
            CommandLines lines = new CommandLines(
                    input.content(),
                    longest,
                    number -> refuse(number, String.format(Locale.ROOT, "longer than %,d bytes", longest)));
            check(lines, reader);
        }
        PrintWriter out = invocation.out();
        out.printf(Locale.ROOT, "%,d accepted, %,d refused%n", accepted, refused);
        return refused == 0 ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private void check(CommandLines lines, RequestReader reader) {
        try {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                tell(lines.number(), codes(reader, line));
            }
        } catch (IOException e) {
            throw new OperatorException("%s cannot be read beyond line %d".formatted(file, lines.number() - 1), e);
        }
    }

    /** The codes that the worker would answer to the record that `submit` would make of the line. */
    private static List<ErrorCode> codes(RequestReader reader, byte[] line) {
        byte[] key = RecordKey.of(line).bytes();
        return reader.read(new ConsumerRecord<>("", 0, 0, key, line), Past.NONE).refusals();
    }

    private void tell(long line, List<ErrorCode> codes) {
        if (codes.isEmpty()) {
            accepted++;
            invocation.out().printf("line %d: accepted%n", line);
        } else {
            refuse(line, codes.stream().map(ErrorCode::code).collect(Collectors.joining(", ")));
        }
    }

    private void refuse(long line, String why) {
        refused++;
        invocation.out().printf("line %d: %s%n", line, why);
    }
}
