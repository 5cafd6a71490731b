/** What of a contact must be verified, and by which sender. The secret kept here: which channels there are. */
@NullMarked
package dev.messagecontact.verification;

import org.jspecify.annotations.NullMarked;
