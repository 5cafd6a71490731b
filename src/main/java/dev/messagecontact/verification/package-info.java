/**
 * What of a contact must be verified, by which sender, and how far a contact is in its life. Hides how a verification's id
 * and target follow from the contact and the channel; which channels there are is known to all who decide or check. It may
 * not know events or topics.
 */
@NullMarked
package dev.messagecontact.verification;

import org.jspecify.annotations.NullMarked;
