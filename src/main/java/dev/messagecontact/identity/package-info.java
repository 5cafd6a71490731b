/**
 * Ids that are functions of the command record: the same record gives the same ids wherever and whenever it is
 * processed. Callers get texts; hash and alphabet stay in here. It may not know what ids are used for.
 */
@NullMarked
package dev.messagecontact.identity;

import org.jspecify.annotations.NullMarked;
