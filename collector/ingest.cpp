#include "collector/ingest.h"

#include <nlohmann/json.hpp>

#include "collector/inflate.h"
#include "schemas/report_codec.h"

namespace dwell::collector {
namespace {

using Json = nlohmann::ordered_json;

Response receiptResponse(int status, const Receipt& receipt) {
  return jsonResponse(
      status,
      Json{{"id", receipt.id}, {"sha256", hex(receipt.sha256)}, {"received_ms", toMs(receipt.received)}});
}

const Error kOtherBytes{"a report with this id was received with other bytes", "/id",
                        "a new id for new content: a sealed report never changes"};

Response notNow() { return tryLater("the collector cannot store reports at the moment"); }

Response otherClient() {
  return problem(403, "this token sends reports of another client", "enrol this machine with its own token");
}

bool isJson(std::string_view contentType) { return contentType.substr(0, 16) == "application/json"; }

}  // namespace

Response erasedClient() {
  return problem(403, "this client's data was erased at its request, and no more is taken",
                 "to take part again: dwellctl enrol URL CODE");
}

Expected<void> checkReport(const schemas::Report& report, const Sender& sender) {
  if (report.experiment != sender.experiment) {
    return failure("the report belongs to another experiment than the token", "/experiment",
                   "the experiment's id, as the collector gave it at enrolment");
  }
  for (std::size_t i = 0; i < report.visits.size(); ++i) {
    const auto* consent = report.consentFor(report.visits[i]);
    if (consent == nullptr) {
      return failure("the participant's consent is not in the report",
                     "/visits/participant/" + std::to_string(i),
                     "a participant of /consent or /other_participants");
    }
    if (report.visits[i].start < consent->accepted) {
      return failure("the visit began before the consent", "/visits/start_ms/" + std::to_string(i),
                     "only what was measured after accepted_ms of the consent that it goes by");
    }
  }
  return {};
}

/// One request, as long as it is being worked on.
struct Ingest::Arrival {
  Sender sender;
  std::string announcedId;      ///< Dwell-Report-Id, or ""
  std::string announcedSha256;  ///< Dwell-Report-Sha256 in hex, or ""
  std::string body;
  Digest digest;
  WallTime received;
  Answer answer;
};

std::optional<Receipt> Ingest::knownReport(const Request& request, const Sender& sender) {
  const std::string id(request.header("Dwell-Report-Id"));
  return sender.client && !id.empty() ? spool_.find(*sender.client, id) : std::nullopt;
}

Admission Ingest::admit(const Request& request, const Sender& sender) {
  if (sender.erased) return erasedClient();
  // One that was received when more was allowed gets its receipt: sealed again as two it would count twice.
  const auto known =
      request.contentLength > limits_.reportBytes ? knownReport(request, sender) : std::nullopt;
  if (known && known->bytes != request.contentLength) return fault(422, kOtherBytes);
  if (!known && request.contentLength > limits_.reportBytes) {
    return problem(413, "the report is larger than " + std::to_string(limits_.reportBytes) + " bytes",
                   "seal its content again as two reports");
  }
  if (request.header("Content-Encoding") != "gzip" || !isJson(request.header("Content-Type"))) {
    return problem(415, "a report is JSON in gzip",
                   "send Content-Type: application/json and Content-Encoding: gzip");
  }
  if (writer_.full()) return tryLater("too many reports wait to be stored");
  return Work([this, sender, announcedId = std::string(request.header("Dwell-Report-Id")),
               announcedSha256 = std::string(request.header("Dwell-Report-Sha256"))](std::string body,
                                                                                     Answer answer) {
    const Digest digest = sha256(body);
    take(std::make_shared<const Arrival>(
        Arrival{sender, announcedId, announcedSha256, std::move(body), digest, clock_(), std::move(answer)}));
  });
}

void Ingest::take(const std::shared_ptr<const Arrival>& arrival) {
  const Sender& sender = arrival->sender;
  if (!arrival->announcedSha256.empty() && arrival->announcedSha256 != hex(arrival->digest)) {
    // Not the machine's fault, and not what it will send another time: neither stored nor held against it.
    return arrival->answer(problem(409, "the report was changed on its way: a proxy, most likely",
                                   "have it passed on as it is: gzip, byte for byte"));
  }
  if (sender.client && !arrival->announcedId.empty()) {  // a repeat costs no inflating
    const auto first = spool_.find(*sender.client, arrival->announcedId);
    if (first && first->sha256 == arrival->digest) return arrival->answer(receiptResponse(200, *first));
    if (first) return refuse(*arrival, 422, kOtherBytes);
  }

  const auto json = inflate(arrival->body, limits_.inflatedBytes);
  if (!json) return refuse(*arrival, 400, json.error());
  const auto report = schemas::decodeReport(*json);
  if (!report) return refuse(*arrival, 400, report.error());
  if (!arrival->announcedId.empty() && arrival->announcedId != report->id) {
    return refuse(*arrival, 400, {"not the id of Dwell-Report-Id", "/id", "the same id in both"});
  }
  if (const auto checked = checkReport(*report, sender); !checked) {
    return refuse(*arrival, 422, checked.error());
  }
  spool_.keep(
      sender,
      {report->client, report->id, report->sequence, arrival->body, arrival->digest, arrival->received},
      [this, arrival](const Outcome& outcome) {
        switch (outcome.kept) {
          case Kept::kNew:
            return arrival->answer(receiptResponse(201, outcome.receipt));
          case Kept::kRepeat:
            return arrival->answer(receiptResponse(200, outcome.receipt));
          case Kept::kOtherBytes:
            return refuse(*arrival, 422, kOtherBytes);
          case Kept::kOtherClient:
            return arrival->answer(otherClient());
          case Kept::kErased:
            return arrival->answer(erasedClient());
          case Kept::kNotNow:
            return arrival->answer(notNow());
        }
      });
}

void Ingest::refuse(const Arrival& arrival, int status, const Error& reason) {
  spool_.quarantine(arrival.sender, arrival.body, arrival.digest, arrival.received, reason,
                    [answer = arrival.answer, status, reason](bool kept) {
                      answer(kept ? fault(status, reason) : notNow());
                    });
}

}  // namespace dwell::collector
