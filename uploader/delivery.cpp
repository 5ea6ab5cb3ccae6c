#include "uploader/delivery.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace dwell::uploader {
namespace {

using Json = nlohmann::json;

/// Enough of an answer to see what it is about.
constexpr std::size_t kShownBytes = 200;

/// The beginning of `body` as one line of plain ASCII.
std::string shown(std::string_view body) {
  std::string text(body.substr(0, kShownBytes));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, ' ');
  if (body.size() > kShownBytes) text += "…";
  return text;
}

}  // namespace

std::string inItsWords(const HttpAnswer& answer) {
  const std::string status = "answer " + std::to_string(answer.status);
  return answer.body.empty() ? status : status + ": " + shown(answer.body);
}

std::optional<Receipt> receiptFor(const WaitingReport& sent, const std::string& text) {
  const Json receipt = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!receipt.is_object()) return std::nullopt;
  const auto id = receipt.find("id");
  const auto sha256 = receipt.find("sha256");
  const auto received = receipt.find("received_ms");
  if (id == receipt.end() || sha256 == receipt.end() || received == receipt.end()) return std::nullopt;
  if (*id != sent.id || *sha256 != sent.sha256 || !received->is_number_integer()) return std::nullopt;
  return Receipt{wallTime(received->get<std::int64_t>()), text};
}

Delivery judge(const tl::expected<HttpAnswer, NoAnswer>& answer, const WaitingReport& sent) {
  if (!answer) {
    return {answer.error().stopped ? Verdict::kStopped : Verdict::kRetry, answer.error().reason, {}};
  }
  switch (answer->status) {
    case 200:
    case 201:
      if (auto receipt = receiptFor(sent, answer->body)) {
        return {Verdict::kDelivered, "received", std::move(receipt)};
      }
      return {Verdict::kRetry, "no receipt for this report in " + inItsWords(*answer), {}};
    case 400:
    case 422:
      return {Verdict::kQuarantine, inItsWords(*answer), {}};
    case 413:
      return {Verdict::kSplit, inItsWords(*answer), {}};
    case 401:
    case 403:
      return {Verdict::kBlocked, inItsWords(*answer), {}};
    default:
      return {Verdict::kRetry, inItsWords(*answer), {}};
  }
}

}  // namespace dwell::uploader
