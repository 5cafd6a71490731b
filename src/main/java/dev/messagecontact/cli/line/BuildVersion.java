package dev.messagecontact.cli.line;

/** The version that the build wrote into the jar's manifest. */
public final class BuildVersion {

    private BuildVersion() {}

    public static String text() {
        String version = BuildVersion.class.getPackage().getImplementationVersion();
        return version == null ? "(not from a jar)" : version;
    }
}
