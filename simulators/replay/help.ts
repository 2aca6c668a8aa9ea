export const help = `Publishes a CSV file of real measurements as readings of a device.

  npm run replay -- FILE --as KIND:ID [--as KIND:ID …] --map MEMBER=COLUMN[…] [--map …] [options]

FILE is a CSV with a header line, or the same as .csv.gz; lines that start with # are skipped.

What it becomes
  --as KIND:ID        meter, transformer or weather, and its id; may be given several times
  --map MEMBER=COLUMN[:from=UNIT][:scale=N][:offset=N]
                      a member of the reading (kw, kvar, v, oil_c, temp_c …) from a column: value × scale + offset.
                      It goes to every KIND that has such a member; weather.temp_c=… names one kind.
                      Columns may be multiplied and added: kva=V1*I1+V2*I2:scale=0.001
                      UNIT converts: W, MW, Wh and kWh (energy of the interval), varh, kvarh, F (°F)
                      meter needs kw, transformer kw or kva, weather temp_c: without it a row is skipped.

Its times
  --time COLUMN       the first column
  --time-format F     iso (default), epoch-s, epoch-ms, or a pattern of YYYY MM DD HH mm ss, e.g. "DD/MM/YYYY HH:mm"
  --zone ZONE         of stamps without an offset, and of --from and --to: Asia/Seoul, +05:30
  --interval SECONDS  the values are means (or energies) over intervals; without it they are instantaneous
  --stamp start|end   whether a stamp is the start (default) or the end of its interval
  --from TIME         only readings at or after this, and
  --to TIME           before this: 2014-01-12, 2014-01-12T06:00, or with an offset
  --shift-to now      moves all times so that the last reading ends as the replay does; Gridload itself never shifts

How it goes
  --speed N           0 (default) as fast as possible; 1 real time; 60 a minute of data each second
  --delimiter C       ,
  --mqtt URL          mqtt://127.0.0.1:1883; user name and password are read from GRIDLOAD_MQTT_USER and
                      GRIDLOAD_MQTT_PASSWORD: a credential of the device, or one of the kind service for several

Cells that are not numbers are skipped, counted and listed. The replay ends when every message is acknowledged.

The hottest week of Victoria as a system load with its temperature (12 to 18 January 2014: the mean of its daily maxima,
35.2 °C, is the highest of the file; four days above 41 °C):
  npm run replay -- vic_elec.csv.gz --as meter:VIC --as weather:MELBOURNE \\
    --time utc --zone Australia/Melbourne --interval 1800 --from 2014-01-12 --to 2014-01-19 \\
    --map kw=demand_mw:from=MW --map temp_c=temp_c

A steel plant as a large consumer (15-minute energies, stamped at the interval's end):
  npm run replay -- steel_plant_korea_15min_2018.csv.gz --as meter:STEEL \\
    --time interval_end_local --zone Asia/Seoul --interval 900 --stamp end \\
    --map kw=kwh_15min:from=kWh --map kvar=lag_kvarh:from=kvarh

A transformer (apparent power from its three phases, oil and ambient temperature; faults of its sensors included):
  npm run replay -- distribution_transformer_monitor_india_2019_2020.csv.gz --as transformer:DT1 \\
    --time local --zone +05:30 --map kva=VL1*IL1+VL2*IL2+VL3*IL3:scale=0.001 \\
    --map v=VL1 --map a=IL1 --map oil_c=OTI --map ambient_c=ATI
`
