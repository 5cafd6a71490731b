package dev.messagecontact.cli;

/** The version that the build wrote into the jar's manifest. */
final class BuildVersion {

    private BuildVersion() {}

    static String text() {
        String version = BuildVersion.class.getPackage().getImplementationVersion();
        return version == null ? "(not from a jar)" : version;
    }
}
