/**
 * What an operator can set. {@link dev.messagecontact.settings.Catalogue} declares each setting once. Other packages do not
 * know where a value comes from (environment, properties file, default) or how its text is read. It may know
 * the values that other packages take (limits, rules, names of topics), and not what they do with them.
 */
@NullMarked
package dev.messagecontact.settings;

import org.jspecify.annotations.NullMarked;
