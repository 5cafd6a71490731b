/**
 * Ids that are functions of the command record: the same record gives the same ids wherever and whenever it is
 * processed. Hides how they are derived. It may not know what the ids are used for.
 */
@NullMarked
package dev.messagecontact.identity;

import org.jspecify.annotations.NullMarked;
