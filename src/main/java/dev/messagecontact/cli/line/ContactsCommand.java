package dev.messagecontact.cli.line;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code contacts} itself: it holds what its commands have in common. */
@Command(
        name = "contacts",
        description = "Process the commands of message contacts: from Kafka to PostgreSQL rows and Kafka events.",
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        versionProvider = ContactsCommand.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the work failed, or a check found a difference; one line on standard error says why",
            "2:the command line or a setting is wrong; one line on standard error names it"
        })
final class ContactsCommand implements Runnable {

    @Mixin
    @SuppressWarnings("UnusedVariable") // by picocli
    private final CommonOptions common;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    ContactsCommand(CommonOptions common) {
        this.common = common;
    }

    /** Without a command it shows what there is. */
    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** Reads the version that the build wrote into the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"contacts " + BuildVersion.text()};
        }
    }
}
