/**
 * What an operator can set. The secret kept here: where settings come from (environment, properties file, defaults) and
 * how their texts become values. {@link dev.messagecontact.settings.Catalogue} declares each of them once.
 */
@NullMarked
package dev.messagecontact.settings;

import org.jspecify.annotations.NullMarked;
