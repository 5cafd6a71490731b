package dev.messagecontact.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Who runs a command, for the records that are kept of it. */
final class Operator {

    private Operator() {}

    /** User and host. */
    static String name() {
        return System.getProperty("user.name") + "@" + hostName();
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
