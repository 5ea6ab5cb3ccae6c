#pragma once

#include "collector/enrolment.h"
#include "collector/erasure.h"
#include "collector/ingest.h"
#include "collector/message.h"
#include "collector/writer.h"

namespace dwell::collector {

/// Which request goes where (schemas/collector.openapi.json). Every answer to somebody whose experiment is
/// known carries the revision of its settings.
/// Threads: any.
class Routes : public Handler {
 public:
  /// All must outlive this.
  Routes(Enrolment& enrolment, Ingest& ingest, Erasure& erasure, const Writer& writer, Clock clock)
      : enrolment_(enrolment),
        ingest_(ingest),
        erasure_(erasure),
        writer_(writer),
        clock_(std::move(clock)) {}

  Admission admit(const Request& request) override;

 private:
  using Route = Admission (Routes::*)(const Request&);
  struct Entry {
    const char* path;
    const char* method;
    Route route;
  };
  static const Entry kEntries[];

  Admission enrol(const Request& request);
  Admission experiment(const Request& request);
  Admission report(const Request& request);
  Admission client(const Request& request);
  Admission health(const Request& request);
  Admission readiness(const Request& request);

  Enrolment& enrolment_;
  Ingest& ingest_;
  Erasure& erasure_;
  const Writer& writer_;
  const Clock clock_;
};

}  // namespace dwell::collector
