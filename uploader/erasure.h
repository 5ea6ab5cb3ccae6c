#pragma once

#include "monitor/store/erasure_request.h"
#include "uploader/transport.h"
#include "uploader/uploader.h"

namespace dwell::uploader {

enum class ErasureStep {
  kAcknowledged,  ///< the collector says that nothing of the client is there any more
  kLater,         ///< no answer or none that settles it; `nextAttempt` of the request says when
  kWaiting,       ///< a retry is set for `nextAttempt`; nothing was done
  kStopped        ///< the program is ending; nothing is known
};

/// Sends DELETE /v1/clients/{id} and notes in `request` what came of it; the caller keeps it. Whatever is no
/// acknowledgement that names the client is tried again, for ever: the person has opted out.
ErasureStep askForErasure(Transport& transport, monitor::ErasureRequest& request, const StepContext& context);

}  // namespace dwell::uploader
