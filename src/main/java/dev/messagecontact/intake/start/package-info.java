/**
 * Where a lane starts in a partition, and why it may not: what group, database and topics say of it, asked in an order that
 * holds while other lanes go on, and how these three fit together. The lane is told to read or to stop; it does not see what the
 * answer came from. It may not know the loop, nor the state of a partition that is read.
 */
@NullMarked
package dev.messagecontact.intake.start;

import org.jspecify.annotations.NullMarked;
