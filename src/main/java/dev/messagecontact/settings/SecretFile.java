package dev.messagecontact.settings;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file that holds one secret. It is read again whenever the secret is needed: it may have been replaced.
 *
 * @param setting whose value it holds, as it is called where it is set
 */
public record SecretFile(String setting, Path path) {

    /**
     * What it holds now, without the end of its last line.
     *
     * @throws SettingsException if it cannot be read; the message has neither its path nor its content
     */
    public String content() {
        try {
            return TextFile.read(path).replaceFirst("\\r?\\n\\z", "");
        } catch (IOException e) {
            throw new SettingsException(setting + " must be the path of a file in UTF-8 that this process can read");
        }
    }
}
