/**
 * What of a contact must be verified, and by which sender. Hides which channels there are. It may not know events or
 * topics.
 */
@NullMarked
package dev.messagecontact.verification;

import org.jspecify.annotations.NullMarked;
