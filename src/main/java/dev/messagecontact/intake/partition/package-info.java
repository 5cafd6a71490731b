/**
 * The partitions that a lane owns and how far it is in each: which records have no answer yet, what is to be committed, which
 * receipts the database is given, which record is suspected of stopping its partition. Hides how that is kept between batches
 * and over faults. It may not know who polls, settles or publishes.
 */
@NullMarked
package dev.messagecontact.intake.partition;

import org.jspecify.annotations.NullMarked;
