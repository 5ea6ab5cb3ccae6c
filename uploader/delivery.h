#pragma once

#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "base/time.h"
#include "uploader/outbox.h"
#include "uploader/transport.h"

namespace dwell::uploader {

/// What an answer means for the report that was sent (design section 8).
enum class Verdict {
  kDelivered,   ///< 200 or 201 with a receipt that names id and SHA-256
  kQuarantine,  ///< 400, 422: sending it again would not help
  kSplit,       ///< 413
  kBlocked,     ///< 401, 403: a person must enrol the machine
  kRetry,       ///< everything else, also an answer of 200 without our receipt (a captive portal, a proxy)
  kStopped      ///< the program is ending; nothing is known
};

struct Delivery {
  Verdict verdict = Verdict::kRetry;
  std::string detail;              ///< what the answer was, for people
  std::optional<Receipt> receipt;  ///< of a delivered report
};

/// What `text` is as a receipt; none unless it names `sent` by id and SHA-256. Pure.
std::optional<Receipt> receiptFor(const WaitingReport& sent, const std::string& text);

/// An answer as one line for people: its status, and the beginning of what it says.
std::string inItsWords(const HttpAnswer& answer);

/// Pure.
Delivery judge(const tl::expected<HttpAnswer, NoAnswer>& answer, const WaitingReport& sent);

}  // namespace dwell::uploader
