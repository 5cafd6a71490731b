/**
 * What one batch's transaction contains: know, decide, do. Hides the rules that depend on what was decided before. It
 * may not know where records come from, nor who watches: not intake, ops or settings.
 *
 * <p>A <em>rejection</em> is kept under the RequestId and, unless it is retryable, answers repeats of it. A <em>refusal</em> is
 * kept under the record's position only. A <em>denial</em> is a refusal for lack of permission.
 */
@NullMarked
package dev.messagecontact.registration;

import org.jspecify.annotations.NullMarked;
