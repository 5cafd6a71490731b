/**
 * Ids that are functions of the command record, so that the same record gives the same ids wherever and whenever it is
 * processed. The secret kept here: how they are derived.
 */
@NullMarked
package dev.messagecontact.identity;

import org.jspecify.annotations.NullMarked;
