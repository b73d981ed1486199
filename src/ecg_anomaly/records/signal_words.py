"""The words in the names of signals that tell an ECG from everything else in a recording."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Quantities that are no ECG, and what counts or marks; in the case of `casefold`, without number.
MEASURED = _words(
    # breathing and gases
    "resp rsp respiration respiratory breath breathing impedance imp flow airflow nasal cannula "
    "snore co co2 etco2 o o2 fio2 spo2 sao2 sats sat thermistor "
    # circulation
    "pleth ppg bvp plethysmogram pulse abp art ao pap pa cvp icp lap rap uap bp nbp nibp pressure "
    "blood sbp dbp map hr heartrate heart bpm prr pr rr rri rrs ibi nn hrv sdnn rmssd st qt qtc "
    "icg z0 dzdt scg bcg pcg phono sound audio mic edr "
    # nerves, muscles, eyes, skin
    "eeg emg eog eng loc roc chin leg tib tibialis lat rat rleg lleg gsr eda scl scr "
    # motion and surroundings
    "acc acceleration accelerometer accel gyro gyroscope mag magnetometer motion activity steps "
    "temp temperature skintemp light lux humidity altitude speed gps position posture battery "
    "batt vbatt "
    # what describes the recording
    "quality sqi status flag flags leadoff marker markers mark marks trigger trig "
    "event events stim stimulus annotation annotations label labels class beat beats rhythm "
    "comment comments note notes pacer pace paced "
    # what counts
    "time timer times elapsed seconds second sec secs millis milliseconds timestamp timestamps "
    "date datetime day clock hour hours minute minutes sample samples index idx unnamed row rows "
    "frame frames count counts counter number num seq sequence packet id subject participant "
    "patient session record zeit uhrzeit datum tiempo hora fecha temps heure utc gmt "
    "t n # s ms us ns"
)

#: Words that begin so are such a quantity too.
MEASURED_BEGINNINGS = (
    "respir", "plethys", "photopl", "acceler", "gyro", "magnetom", "eeg", "emg", "eog", "ppg",
    "spo2", "etco2", "timestamp", "elapsed", "annot", "marker", "trigger", "heartrate",
)  # fmt: skip

#: Places on the body where breathing and muscles are recorded, and an ECG if the name says so.
PLACES = _words(
    "thorax thoracic tho thor chest abdomen abdominal abdo abd belly torso wrist finger arm ear "
    "x y z"
)

#: What may stand around the name of a lead: how the signal was made, units, and words for a signal.
WITHOUT_MEANING = _words(
    "ref reference mod modified raw filtered filt cal uncal 24bit 16bit 12bit shimmer bipolar "
    "unipolar signal channel chan ch waveform wave limb value data analog mv uv \u03bcv volt volts "
    "millivolts microvolts"
)
