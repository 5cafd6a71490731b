/**
 * What an operator can set. {@link dev.messagecontact.settings.Catalogue} declares each setting once. Other packages do not
 * know where a value comes from (environment, properties file, default) or how its text is read. It may not know what
 * settings are used for.
 */
@NullMarked
package dev.messagecontact.settings;

import org.jspecify.annotations.NullMarked;
