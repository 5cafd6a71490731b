/**
 * What an operator can set. Hides where settings come from (environment, properties file, defaults) and how their
 * texts become values. {@link dev.messagecontact.settings.Catalogue} declares each of them once. It may not know what
 * they are used for.
 */
@NullMarked
package dev.messagecontact.settings;

import org.jspecify.annotations.NullMarked;
