/**
 * What of a contact must be verified, by which sender, and how far a contact is in its life. Hides which channels there
 * are. It may not know events or topics.
 */
@NullMarked
package dev.messagecontact.verification;

import org.jspecify.annotations.NullMarked;
